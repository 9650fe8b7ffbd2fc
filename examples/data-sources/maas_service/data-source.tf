terraform {
  required_providers {
    maas = {
      source = "terraform.local/huaweicloud/maas"
    }
  }
}

data "maas_workspace" "fraud" {
  name = "fraud-detection"
}

data "maas_service" "scoring" {
  workspace_id = data.maas_workspace.fraud.id
  name         = "card-scoring"
}

output "infer_service_id" {
  value = data.maas_service.scoring.id
}
