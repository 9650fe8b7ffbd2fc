terraform {
  required_providers {
    maas = {
      source = "terraform.local/huaweicloud/maas"
    }
  }
}

data "maas_services" "default" {}

data "maas_service" "first" {
  service_id = data.maas_services.default.services[0].id
}

output "infer_service_id" {
  value = data.maas_service.first.id
}
