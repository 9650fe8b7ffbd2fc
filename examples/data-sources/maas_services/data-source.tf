terraform {
  required_providers {
    maas = {
      source = "terraform.local/huaweicloud/maas"
    }
  }
}

data "maas_services" "running" {
  status = "RUNNING"
}

output "running" {
  value = { for service in data.maas_services.running.services : service.id => service.name }
}
